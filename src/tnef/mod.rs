//! Layer 2: the TNEF stream ([MS-OXTNEF]).

pub use crate::base::checksum::checksum;
