//! Binary structures that properties carry.
