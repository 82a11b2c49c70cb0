//! What every format of an export becomes: records of (property, value).

/// An object that was exported.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: Option<usize>,
    pub(super) properties: Vec<Property>,
    /// What kind of object it is, where the format says so: `RemoteDomain`.
    pub(super) kind: Option<String>,
}

/// A property of an object.
#[derive(Debug, Clone, Default)]
pub(super) struct Property {
    pub(super) name: String,
    /// `None` for null.
    pub(super) value: Option<String>,
    /// The line on which it stands, where objects have several.
    pub(super) line: Option<usize>,
}

impl Property {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

impl Record {
    pub(super) fn has(&self, name: &str) -> bool {
        self.properties.iter().any(|own| own.is(name))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|own| own.is(name))?.value.as_deref().filter(|text| !text.is_empty())
    }

    /// What is wrong with the value of a property.
    pub(super) fn fault(&self, name: &str, message: impl Into<String>) -> Fault {
        let line = self.properties.iter().find(|own| own.is(name)).and_then(|own| own.line);
        Fault { line: line.or(self.line), message: message.into() }
    }
}

/// Why an export cannot be read, before it has a name.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: Option<usize>,
    pub(super) message: String,
}
