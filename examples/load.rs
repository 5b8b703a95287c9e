#![allow(clippy::all, clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use std::collections::BTreeMap; use std::path::*; use std::time::Instant;
use stipula::{source::*, formats, document::*};
fn main(){
 let files=Files::new(Limits::default(), std::env::current_dir().unwrap());
 for p in std::env::args().skip(1) {
  let src=files.read(Path::new(&p)).unwrap();
  let t=Instant::now(); let l=formats::load(vec![src], &files, &Default::default(), &||{}); let e=t.elapsed();
  println!("== {p} {:?} docs {} refused {:?}", e, l.workspace.documents().len(), l.refused.iter().map(|r|&r.reason).collect::<Vec<_>>());
  for d in l.workspace.documents(){
   let mut m:BTreeMap<String,(usize,String)>=BTreeMap::new();
   for v in d.violations(){ let s=v.message(d.tree(), d.grammar().unwrap()); let pos=d.source().position(d.tree().span(v.node).start); let k=format!("{} {}",v.class().name(),s); let e=m.entry(k).or_default(); e.0+=1; e.1=format!("{}:{}",pos.line,pointer::of(d.tree(),v.node)); }
   for x in d.links(){ if let Err(f)=&x.target { let k=format!("LINK {} {}",x.class.name(),f.message()); let pos=d.source().position(d.tree().span(x.at).start); let e=m.entry(k).or_default(); e.0+=1; e.1=format!("{}:{}",pos.line,pointer::of(d.tree(),x.at)); } }
   for p in d.tree().problems(){ let pos=d.source().position(p.span.start); println!("  PROBLEM {}:{} {}",pos.line,pos.column,p.message); }
   for (k,(n,at)) in m { println!("  {n} x {k}   [{at}]"); }
   println!("  {} nodes {} refs {} links; ops {}", d.tree().len(), d.references().len(), d.links().len(), d.api().map_or(0,|a|a.operations.len()));
  }
 }
}
