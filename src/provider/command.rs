//! A request as a command that a person can paste into a shell. Contracts are written by others: whatever they hold, it
//! stays one word, and reads no file.

use super::client::Outgoing;
use std::fmt::Write;

/// What stands in the place of a value that is nobody's business.
pub(super) const HIDDEN: &str = "***";
/// Parts of the names of headers whose values are nobody's business.
const SECRET: &[&str] = &[
    "auth",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];
/// Bytes of a body that a command repeats.
const SHOWN: usize = 2_000;

impl Outgoing {
    /// The command that sends it again by hand; what is secret is left out.
    #[must_use]
    pub fn as_command(&self) -> String {
        let method = self.method.to_ascii_uppercase();
        let mut command = match method.as_str() {
            // With `-X HEAD`, curl waits for a body that never comes.
            "HEAD" => "curl --head".to_owned(),
            _ if method.bytes().all(|byte| byte.is_ascii_alphabetic()) => format!("curl -i -X {method}"),
            _ => format!("curl -i -X {}", quoted(&method)),
        };
        if self.url.contains(['[', ']', '{', '}']) {
            command.push_str(" --globoff");
        }
        let _ = write!(command, " {}", quoted(&without_password(&self.url)));
        for (name, value) in &self.headers {
            // What begins so is the name of a file to curl, and no header.
            if name.starts_with('@') {
                continue;
            }
            let value = if is_secret(name) { HIDDEN } else { value };
            // A header without a value is sent for a semicolon.
            let header = match value {
                "" => format!("{name};"),
                value => format!("{name}: {value}"),
            };
            let _ = write!(command, " -H {}", quoted(&header));
        }
        match self.body.as_deref().map(|body| (std::str::from_utf8(body), body.len())) {
            Some((Ok(text), length)) if length <= SHOWN => {
                // With `--data` and `--data-binary`, what begins with `@` is the name of a file.
                let _ = write!(command, " --data-raw {}", quoted(text));
            }
            Some((_, length)) => {
                let _ = write!(command, " --data-binary @body  # {length} bytes");
            }
            None => {}
        }
        command
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// A URL without the user and password that may stand in it.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{HIDDEN}{}", &rest[at..]),
        None => url.to_owned(),
    }
}

/// A word for a shell. What a terminal would obey is written in the escapes of `$'…'`, which bash and zsh know.
fn quoted(text: &str) -> String {
    let is_plain = |character: char| {
        !character.is_control() && !matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' => word.push_str("\\'"),
            '\\' => word.push_str("\\\\"),
            '\n' => word.push_str("\\n"),
            '\r' => word.push_str("\\r"),
            '\t' => word.push_str("\\t"),
            other if is_plain(other) => word.push(other),
            other => {
                // All of them stand in the first plane.
                let _ = write!(word, "\\u{:04x}", other as u32);
            }
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn outgoing(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Outgoing {
        Outgoing {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.map(<[u8]>::to_vec),
            timeout: None,
            expects_refusal: false,
        }
    }

    #[test]
    fn secrets_are_left_out() {
        let headers = [
            ("Authorization", "Bearer hunter2"),
            ("X-Api-Key", "hunter2"),
            ("Cookie", "session=hunter2"),
            ("X-Access-Token", "hunter2"),
            ("Accept", "text/plain"),
        ];
        let command = outgoing("get", "https://me:hunter2@shop.example/a?b=c", &headers, None).as_command();
        assert!(!command.contains("hunter2"), "{command}");
        assert!(
            command.starts_with("curl -i -X GET 'https://***@shop.example/a?b=c'"),
            "{command}"
        );
        assert!(command.ends_with("-H 'Accept: text/plain'"), "{command}");
        assert_eq!(without_password("http://a.example/x@y"), "http://a.example/x@y");
    }

    /// A shell takes the words apart as they were put together, and runs nothing of them.
    #[cfg(unix)]
    #[test]
    fn hostile_text_stays_text() {
        let hostile = "a'b$(touch /tmp/x)`id`\"\\ \n\r\t!; | & > #";
        let sent = outgoing(
            "GET;id",
            &format!("http://shop.example/{hostile}"),
            &[("X-Name", hostile), ("@/etc/passwd", ""), ("Empty", "")],
            Some(hostile.as_bytes()),
        );
        let command = sent.as_command();
        let words = command.strip_prefix("curl ").expect("it begins so");
        let Ok(output) = Command::new("bash")
            .args(["-c", &format!("printf '%s\\0' {words}")])
            .output()
        else {
            return;
        };
        let printed = String::from_utf8(output.stdout).expect("it is text");
        let words: Vec<&str> = printed.trim_end_matches('\0').split('\0').collect();
        let url = format!("http://shop.example/{hostile}");
        let header = format!("X-Name: {hostile}");
        let expected = [
            "-i",
            "-X",
            "GET;ID",
            &url,
            "-H",
            &header,
            "-H",
            "Empty;",
            "--data-raw",
            hostile,
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn what_curl_would_read_into_a_request_is_taken_as_it_is() {
        let command = outgoing("HEAD", "http://shop.example/[1-9]", &[], Some(b"@/etc/passwd")).as_command();
        assert_eq!(
            command,
            "curl --head --globoff 'http://shop.example/[1-9]' --data-raw '@/etc/passwd'"
        );
        let command = outgoing("PUT", "http://shop.example/", &[], Some(b"\x1b[2J \xe2\x80\xae")).as_command();
        assert!(command.ends_with("--data-raw $'\\u001b[2J \\u202e'"), "{command}");
        let command = outgoing("PUT", "http://shop.example/", &[], Some(&[0xff; 7])).as_command();
        assert!(command.ends_with("--data-binary @body  # 7 bytes"), "{command}");
    }
}
