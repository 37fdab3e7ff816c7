//! Common parts of all pictures: the frame, the colors, and the alternative text.

use std::fmt::Write as _;

use super::text::escape;
use crate::emit;
use crate::model::{Field, Format, Record, RoleKind};

/// What a field is for; each has its color.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    Fixed,
    Framing,
    Checksum,
    Copy,
    Link,
    Reserved,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Data,
        Self::Fixed,
        Self::Framing,
        Self::Checksum,
        Self::Copy,
        Self::Link,
        Self::Reserved,
    ];

    pub(super) fn of(record: &Record, at: usize, field: &Field) -> Self {
        if !field.is_live() {
            return Self::Reserved;
        }
        if record.tail.as_ref().is_some_and(|tail| tail.count == at) {
            return Self::Framing;
        }
        match field.role.map(|role| role.kind) {
            Some(
                RoleKind::Count(_)
                | RoleKind::Offset(_)
                | RoleKind::Stride(_)
                | RoleKind::Length(_),
            ) => Self::Framing,
            Some(RoleKind::Checksum(..)) => Self::Checksum,
            Some(
                RoleKind::First(_)
                | RoleKind::Last(_)
                | RoleKind::Min(_)
                | RoleKind::Max(_)
                | RoleKind::Same(..),
            ) => Self::Copy,
            Some(RoleKind::Link(_)) => Self::Link,
            Some(RoleKind::Version) => Self::Fixed,
            None if field.constant.is_some() => Self::Fixed,
            None => Self::Data,
        }
    }

    /// The class in the style.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Data => "d",
            Self::Fixed => "f",
            Self::Framing => "s",
            Self::Checksum => "k",
            Self::Copy => "c",
            Self::Link => "l",
            Self::Reserved => "r",
        }
    }

    /// What the legend says.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Fixed => "fixed value",
            Self::Framing => "place, length or number",
            Self::Checksum => "checksum",
            Self::Copy => "copy of an event's value",
            Self::Link => "link to another file",
            Self::Reserved => "reserved, zero",
        }
    }
}

const STYLE: &str = "\
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328}
.h{font-weight:bold}.m{fill:#59636e}.bg{fill:#fff;stroke:#d1d9e0}.e{fill:none;stroke:#59636e}
path,.b{stroke-width:1.2}.d{fill:#f6f8fa;stroke:#818b98}.f{fill:#f4e8ff;stroke:#8250df}.s{fill:#ddf4ff;stroke:#0969da}
.k{fill:#ffe9d9;stroke:#bc4c00}.c{fill:#dafbe1;stroke:#1a7f37}.l{fill:#fff3b8;stroke:#9a6700}.r{fill:url(#r);stroke:#818b98}
.p0{fill:#f6f8fa}.p1{stroke:#c8d1da}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.m{fill:#9198a1}.bg{fill:#0d1117;stroke:#3d444d}.e{stroke:#9198a1}
.d{fill:#1b222c;stroke:#656c76}.f{fill:#2c1f4a;stroke:#ab7df8}.s{fill:#10294d;stroke:#4493f8}.k{fill:#40230f;stroke:#db6d28}
.c{fill:#12321c;stroke:#3fb950}.l{fill:#3a2e0b;stroke:#d29922}.r{stroke:#656c76}.p0{fill:#151b23}.p1{stroke:#3d444d}}";

/// A picture while it is drawn.
pub(super) struct Canvas {
    pub(super) body: String,
}

/// The side of its place that a text is on.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    pub(super) fn new() -> Self {
        Self { body: String::with_capacity(4096) }
    }

    /// A line of text; `y` is its baseline.
    pub(super) fn text(
        &mut self,
        at: (u32, u32),
        anchor: Anchor,
        size: u32,
        class: &str,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{anchor}{class}>{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }

    /// A rectangle.
    pub(super) fn rect(&mut self, class: &str, at: (u32, u32), size: (u32, u32)) {
        let _ = writeln!(
            self.body,
            "<path class=\"{class}\" d=\"M{} {}h{}v{}H{}z\"/>",
            at.0, at.1, size.0, size.1, at.0
        );
    }

    /// A row of colors and what they mean, as many rows as it takes; gives the y below it.
    pub(super) fn legend(&mut self, kinds: &[Kind], left: u32, right: u32, top: u32) -> u32 {
        let (mut x, mut y) = (left, top);
        for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
            let width = 22 + super::text::width(kind.words(), 11);
            if x > left && x + width > right {
                x = left;
                y += 22;
            }
            self.rect(kind.class(), (x, y), (14, 14));
            self.text((x + 20, y + 11), Anchor::Start, 11, "m", kind.words());
            x += width + 20;
        }
        y + 14
    }

    /// Content of the file.
    pub(super) fn finish(
        self,
        format: &Format,
        size: (u32, u32),
        title: &str,
        description: &str,
    ) -> String {
        // A comment may not hold two hyphens, which the command has; an instruction may.
        let mark = emit::mark(&format.source_name).replace("?>", "? >");
        let (width, height) = size;
        format!(
            "<?generated {mark}?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t d\">\n\
             <title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n<style>\n{STYLE}\n</style>\n\
             <defs><pattern id=\"r\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"p0\" stroke=\"none\" d=\"M0 0h8v8H0z\"/><path class=\"p1\" d=\"M0 0v8\"/></pattern></defs>\n\
             <rect class=\"bg\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n{}</svg>\n",
            escape(title),
            escape(description),
            width - 1,
            height - 1,
            self.body
        )
    }
}
