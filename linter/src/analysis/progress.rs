//! What a run tells of how far it is.

/// Is told, from any thread and at once, how far a run is. It must not write: a worker that waits for a stream waits
/// for ever where the stream's owner waits for it.
pub trait Progress: Sync {
    /// So many integrations are to be judged.
    fn found(&self, integrations: usize);
    /// One more is.
    fn judged(&self);
}

/// Nobody looks.
impl Progress for () {
    fn found(&self, _: usize) {}

    fn judged(&self) {}
}
