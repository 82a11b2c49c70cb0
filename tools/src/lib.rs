//! What the project makes for itself and for the authors of other readers: sample TNEF streams, sound and damaged.

pub mod sample;
