#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stipula_fuzz::described(bytes));
