//! What users type and what they see: each case is a file under `tests/cli`, with the folder it runs in beside it.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what is printed now into the cases; read the difference before it
//! is committed.

#[test]
fn cli() {
    trycmd::TestCases::new()
        // Neither the terminal nor the environment of who runs the tests shows in what is printed.
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cli/*.toml")
        .case("tests/cli/*.trycmd");
}
