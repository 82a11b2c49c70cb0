//! Diagnostics as JSON, the same wherever they are written: `docs/diagnostics.md` lists the codes.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::base::{Diagnostic, Report};

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let info = self.code.info();
        let mut fields = serializer.serialize_struct("Diagnostic", 9)?;
        fields.serialize_field("code", info.name)?;
        fields.serialize_field("severity", info.severity.as_str())?;
        fields.serialize_field("category", self.code.category().as_str())?;
        fields.serialize_field("offset", &self.offset)?;
        fields.serialize_field("length", &self.length)?;
        fields.serialize_field("path", &self.path.to_string())?;
        fields.serialize_field("detail", &self.detail)?;
        fields.serialize_field("section", info.section)?;
        fields.serialize_field("recovery", info.recovery)?;
        fields.end()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Report", 4)?;
        fields.serialize_field("status", &self.status().exchange_names().collect::<Vec<_>>())?;
        fields.serialize_field("bytes_lost", &self.bytes_lost())?;
        fields.serialize_field("omitted", &self.omitted())?;
        fields.serialize_field("diagnostics", self.diagnostics())?;
        fields.end()
    }
}
