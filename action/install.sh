#!/usr/bin/env bash
# Puts the command stipula on the path: the released binary for this runner, or one built from source where the
# release has none. A binary whose checksum is not that of the release is not run.
set -euo pipefail

fail() {
    echo "::error title=stipula::$1"
    exit 2
}

folder="$RUNNER_TEMP/stipula"
mkdir -p "$folder/bin"

version="$VERSION"
if [ -z "$version" ]; then
    version="v$(sed -n 's/^version = "\(.*\)"$/\1/p' "$ACTION_PATH/Cargo.toml" | head -n 1)"
fi

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) target= ;;
esac

# Fetches a file of the release; 1 where the release does not have it.
download() {
    local code=0
    local options=(--silent --show-error --fail --location --retry 3 --output "$folder/$1")
    if [ -n "${TOKEN:-}" ]; then
        # Not an argument, which every process of the machine could read.
        curl "${options[@]}" --config - "$release/$1" <<< "header = \"Authorization: Bearer $TOKEN\"" || code=$?
    else
        curl "${options[@]}" "$release/$1" || code=$?
    fi
    case "$code" in
        0) ;;
        # No such file, over HTTP and on disk.
        22 | 37) return 1 ;;
        *) fail "$1 cannot be downloaded from $release (curl ends with $code)" ;;
    esac
}

checksum() {
    if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

archive="stipula-$version-$target.tar.gz"
release="$GITHUB_SERVER_URL/$ACTION_REPOSITORY/releases/download/$version"
if [ -n "$target" ] && [ -n "$ACTION_REPOSITORY" ] && download "$archive"; then
    download SHA256SUMS || fail "the release $version has no SHA256SUMS, so that $archive cannot be checked"
    expected="$(tr -d '\r' < "$folder/SHA256SUMS" | sed -n "s/^\([0-9a-f]\{64\}\) [ *]$archive\$/\1/p")"
    actual="$(checksum "$folder/$archive")"
    if [ -z "$expected" ] || [ "$expected" != "$actual" ]; then
        fail "$archive is not what the release says: its checksum is $actual, and SHA256SUMS has '$expected'"
    fi
    tar -xzf "$folder/$archive" -C "$folder/bin"
    echo "installed $archive"
elif [ -n "$VERSION" ]; then
    fail "the release $VERSION has no binary for $RUNNER_OS-$RUNNER_ARCH; leave the input 'version' out to build the action's own"
elif command -v cargo > /dev/null; then
    echo "$version has no release for $RUNNER_OS-$RUNNER_ARCH: it is built from source"
    cargo install --locked --quiet --path "$ACTION_PATH" --root "$folder"
else
    fail "$version has no release for $RUNNER_OS-$RUNNER_ARCH, and there is no cargo to build it; install Rust in a step before"
fi
echo "$folder/bin" >> "$GITHUB_PATH"
