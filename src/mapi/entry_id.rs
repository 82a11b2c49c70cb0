//! Entry ids ([MS-OXCDATA] 2.2).
