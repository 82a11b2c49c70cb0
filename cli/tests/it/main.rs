//! The program from outside, in one test program: it builds and links once.

mod reassemble;
mod support;

mod archives;
mod bad_mail;
mod check;
mod convert;
mod corpus;
mod dump;
mod edit_diff;
mod extract;
mod first_tasks;
mod foreign_items;
mod hostile;
mod large;
mod limits;
mod list;
mod manifest;
mod msg;
mod pack;
mod pages;
mod promises;
mod recall_scenario;
mod recipes;
mod redact;
mod sample;
mod security_page;
mod table;
mod ticket;
