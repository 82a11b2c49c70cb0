//! How a calendar is to be written.

/// Names of the zones in a calendar. Their rules are those of the item in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ZoneNames {
    /// As the item names them: `W. Europe Standard Time`, which Outlook and most calendars know.
    #[default]
    Windows,
    /// As the IANA database does, where it has the zone: `Europe/Berlin`.
    Iana,
    /// Times in UTC. Series keep their zone, as without one they would not follow daylight saving time.
    Utc,
}

/// Options of writing a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CalendarOptions {
    /// Names of zones. Default as in the item.
    pub zones: ZoneNames,
    /// Says whether the files of the item are in it. Default yes; in a mail they are parts beside it.
    pub attachments: bool,
}

impl Default for CalendarOptions {
    fn default() -> Self {
        CalendarOptions { zones: ZoneNames::default(), attachments: true }
    }
}

impl CalendarOptions {
    /// Sets the names of zones.
    #[must_use]
    pub fn with_zones(mut self, zones: ZoneNames) -> Self {
        self.zones = zones;
        self
    }

    /// Sets whether the files of the item are in it.
    #[must_use]
    pub fn with_attachments(mut self, attachments: bool) -> Self {
        self.attachments = attachments;
        self
    }
}
