//! Layer 1: RTF. Compressed RTF ([MS-OXRTFCP]); its tokens.

pub mod lzfu;
pub mod token;
