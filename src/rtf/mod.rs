//! Layer 1: RTF. Compressed RTF ([MS-OXRTFCP]).

pub mod lzfu;
