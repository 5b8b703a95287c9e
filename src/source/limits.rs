//! All limits that keep hostile input from costing more than it should, in one place.

/// What one run may read and build. Generous for real documents, small for hostile ones; `limits:` in
/// `stipula.yaml` changes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document. A larger one is an error.
    pub document_bytes: u64,
    /// Levels of nesting. What lies deeper is not read, and a finding says so.
    pub depth: u32,
    /// Bytes of a key. Of a longer one the rest is left out, and a finding says so.
    pub key_bytes: u32,
    /// Nodes that aliases and merge keys of one document may add. Beyond, aliases are left out and a finding says so.
    pub alias_nodes: u32,
    /// Steps from one `$ref` to the next before the chain is called endless.
    pub reference_chain: u32,
    /// Files that the references of one run may pull in.
    pub referenced_files: u32,
    /// Syntax errors reported for one document before reading it ends.
    pub syntax_errors: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 << 20,
            depth: 200,
            key_bytes: 4096,
            alias_nodes: 1_000_000,
            reference_chain: 100,
            referenced_files: 10_000,
            syntax_errors: 20,
        }
    }
}
