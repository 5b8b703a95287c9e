#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| stipula_fuzz::versions_in(text));
