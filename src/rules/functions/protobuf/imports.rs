//! What files import.

use super::super::{Function, Hit, Options, Refusal, function};
use super::imports;
use crate::document::{DocumentId, LinkClass, Node, Workspace};
use crate::syntax::key;
use rustc_hash::FxHashSet;

/// `imports-used`: something in a file stands for what each of its imports declares, or makes public.
pub(in super::super) fn imports_used(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let file = subject.node;
        let document = file.document();
        if document.tree().has_holes() || file.get(key::IMPORTS).is_none() {
            return;
        }
        let used: FxHashSet<DocumentId> = document
            .links()
            .iter()
            .filter(|link| matches!(link.class, LinkClass::Type | LinkClass::Option))
            .filter_map(|link| Some(link.target.as_ref().ok()?.document))
            .collect();
        for (import, target) in imports(file) {
            if is_public(import) {
                continue;
            }
            let seen = seen_through(subject.workspace(), target);
            let is_known = |id: &DocumentId| !subject.workspace().document(*id).tree().has_holes();
            if seen.iter().all(is_known) && seen.is_disjoint(&used) {
                let path = import.string_at(key::PATH).unwrap_or_default();
                hits.push(Hit::key(import).with("import", path));
            }
        }
    })
}

fn is_public(import: Node<'_>) -> bool {
    import.string_at(key::MODIFIER) == Some("public")
}

/// A file, and those that it makes public to whoever imports it.
fn seen_through(workspace: &Workspace, file: DocumentId) -> FxHashSet<DocumentId> {
    let mut seen = FxHashSet::default();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        if seen.insert(file) {
            let public = imports(workspace.root(file)).filter(|(import, _)| is_public(*import));
            open.extend(public.map(|(_, target)| target));
        }
    }
    seen
}
