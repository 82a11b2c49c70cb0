//! The dictionary of properties ([MS-OXPROPS]).
