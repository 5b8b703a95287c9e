//! Which described body a media type belongs to.

use crate::contract::MediaType;
use crate::document::http::Media;

/// The body that a media type belongs to: by its own name, by a range, or because both are JSON.
pub(super) fn best_media<'m>(media: &'m [Media], wanted: &MediaType) -> Option<&'m Media> {
    let essence = wanted.essence();
    let family = essence.split('/').next().unwrap_or_default();
    let range_of = |media: &Media| {
        let range = media.range.split(';').next().unwrap_or_default().trim();
        range.to_ascii_lowercase()
    };
    let by = |fits: &dyn Fn(&str) -> bool| media.iter().find(|media| fits(&range_of(media)));
    by(&|range| range == essence)
        .or_else(|| by(&|range| range.strip_suffix("/*") == Some(family)))
        .or_else(|| by(&|range| range == "*/*"))
        .or_else(|| {
            let is_json = |media: &&Media| MediaType::parse(&media.range).is_some_and(|media| media.is_json());
            media.iter().find(is_json).filter(|_| wanted.is_json())
        })
}

/// The media types and ranges of bodies, as one text.
pub(super) fn ranges(media: &[Media]) -> String {
    let ranges: Vec<&str> = media.iter().map(|media| media.range.as_str()).collect();
    ranges.join(", ")
}

/// Whether nothing but the media type is said of such a body: texts and bytes have no parts.
pub(super) fn is_opaque(media: &MediaType) -> bool {
    !(media.is_json() || media.is_xml() || media.is_form() || media.is_multipart())
}
