//! Compressed RTF ([MS-OXRTFCP]).
