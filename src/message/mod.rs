//! Layer 3: the message model.
