#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| stipula_fuzz::proto(text));
