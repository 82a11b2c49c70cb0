//! Properties of a message, an attachment or a recipient, by any name that they have.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyInt;
use winmail::mapi::dictionary::{self, Match};
use winmail::mapi::property_text::Target;
use winmail::mapi::{self, NameKind, PropId, PropName, PropTag, PropertyBag, Source as Origin};

use crate::place::{Holder, Place};
use crate::value;

/// A property: what it is called, and its value.
#[pyclass(module = "winmail_tnef", frozen, get_all)]
pub struct Property {
    /// The canonical name, "PidTagSubject"; where it has none, that of its set and its number or text; else the tag.
    name: String,
    /// The property tag: id in the high half, type in the low one. The id of a named property is the stream's own.
    tag: u32,
    /// The type: "PtypString".
    r#type: String,
    /// The GUID of the property set, of a named property.
    guid: Option<String>,
    /// The number or the name in its set, of a named property.
    id_or_name: Option<Py<PyAny>>,
    /// Where it stands in the outermost input; None if it was made.
    offset: Option<u64>,
    /// The value: text, int, float, bool, bytes, datetime, UUID, Decimal, a tuple of these, or None.
    value: Py<PyAny>,
}

#[pymethods]
impl Property {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let value = self.value.bind(py).repr()?.to_string();
        let short: String = value.chars().take(80).collect();
        let more = if short.len() < value.len() { "..." } else { "" };
        Ok(format!("<Property {} {}: {short}{more}>", self.name, self.r#type))
    }
}

fn property(py: Python<'_>, bag: &PropertyBag<'_>, property: &mapi::Property<'_>) -> PyResult<Property> {
    let id_or_name = match property.name.as_deref().map(|name| &name.kind) {
        Some(NameKind::Lid(number)) => Some(number.into_pyobject(py)?.into_any().unbind()),
        Some(NameKind::String(text)) => Some(text.to_text().into_pyobject(py)?.into_any().unbind()),
        None => None,
    };
    Ok(Property {
        name: name_of(property),
        tag: property.tag.0,
        r#type: property.tag.prop_type().to_string(),
        guid: property.name.as_deref().map(|name| name.set.to_string()),
        id_or_name,
        offset: match property.source {
            Origin::List { offset } | Origin::Attribute { offset } => Some(offset),
            _ => None,
        },
        value: value::to_python(py, bag, &property.value)?.unbind(),
    })
}

fn name_of(property: &mapi::Property<'_>) -> String {
    match (dictionary::canonical_name(property.tag, property.name.as_deref()), property.name.as_deref()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(name)) => name.set_and_name(),
        (None, None) => format!("0x{:08X}", property.tag.0),
    }
}

/// The properties of a message, an attachment or a recipient.
///
/// `properties["PidTagSubject"]` is a value. The key is any name: canonical ("PidTagSubject"), old ("PR_SUBJECT"), a tag
/// (0x0037001F), an id (0x0037), that of a named property ("PidLidTaskStatus", "PSETID_Task/0x8101", or the name alone of one that has
/// a text for a name). Iteration gives `Property` objects, in their order.
#[pyclass(module = "winmail_tnef", frozen)]
pub struct Properties {
    place: Place,
    holder: Holder,
}

impl Properties {
    pub fn new(place: Place, holder: Holder) -> Self {
        Properties { place, holder }
    }

    fn bag(&self) -> PyResult<&PropertyBag<'static>> {
        self.place.bag(self.holder)
    }

    fn value<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let bag = self.bag()?;
        find(bag, key)?.map(|found| value::to_python(key.py(), bag, &found.value)).transpose()
    }
}

#[pymethods]
impl Properties {
    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.value(key)?.ok_or_else(|| PyKeyError::new_err(key.clone().unbind()))
    }

    /// The value of a property, or `default` if there is none of this name.
    #[pyo3(signature = (key, default=None))]
    fn get<'py>(&self, key: &Bound<'py, PyAny>, default: Option<Bound<'py, PyAny>>) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.value(key)?.or(default))
    }

    /// The whole property of a name, or None.
    fn find(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Property>> {
        let bag = self.bag()?;
        find(bag, key)?.map(|found| property(key.py(), bag, found)).transpose()
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(find(self.bag()?, key)?.is_some())
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.bag()?.len())
    }

    fn __iter__(&self) -> PropertyIterator {
        let properties = Properties { place: self.place.clone(), holder: self.holder };
        PropertyIterator { properties, next: AtomicUsize::new(0) }
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<{} properties>", self.bag()?.len()))
    }
}

/// What `iter(properties)` returns.
#[pyclass(module = "winmail_tnef", frozen)]
pub struct PropertyIterator {
    properties: Properties,
    next: AtomicUsize,
}

#[pymethods]
impl PropertyIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Property>> {
        let bag = self.properties.bag()?;
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        bag.iter().as_slice().get(index).map(|found| property(py, bag, found)).transpose()
    }
}

/// The property that a key of Python names.
fn find<'b, 'a>(bag: &'b PropertyBag<'a>, key: &Bound<'_, PyAny>) -> PyResult<Option<&'b mapi::Property<'a>>> {
    if key.is_instance_of::<PyInt>() {
        let number: u32 = key.extract()?;
        return Ok(match u16::try_from(number) {
            Ok(id) => bag.by_id(PropId(id)),
            Err(_) => bag.property(PropTag(number)),
        });
    }
    let text: String = key.extract()?;
    Ok(by_name(bag, &text))
}

fn by_name<'b, 'a>(bag: &'b PropertyBag<'a>, text: &str) -> Option<&'b mapi::Property<'a>> {
    let all = || bag.iter().filter_map(|property| Some((property, property.name.as_deref()?)));
    for found in dictionary::find(text) {
        let found = match found {
            Match::Tag(entry) => bag.property(entry.tag).or_else(|| bag.by_id(entry.tag.id())),
            Match::Named(entry) => all().find(|(_, name)| name.matches(&entry.tag)).map(|(property, _)| property),
        };
        if found.is_some() {
            return found;
        }
    }
    // What no dictionary has: a set with a number or text, with or without a type; else a text alone.
    let target = Target::parse(text).or_else(|_| Target::parse(&format!("{text}@PtypString")));
    let found = match target {
        Ok(Target::Tag(tag)) => bag.property(tag),
        Ok(Target::Named(wanted, _)) => all().find(|(_, name)| is_same(name, &wanted)).map(|(property, _)| property),
        Err(_) => None,
    };
    let is_called = |name: &PropName<'_>| matches!(&name.kind, NameKind::String(own) if own.to_text().eq_ignore_ascii_case(text));
    found.or_else(|| all().find(|(_, name)| is_called(name)).map(|(property, _)| property))
}

/// Whether two names mean one property, with or without a NUL at their end.
fn is_same(one: &PropName<'_>, other: &PropName<'_>) -> bool {
    one.set == other.set
        && match (&one.kind, &other.kind) {
            (NameKind::Lid(one), NameKind::Lid(other)) => one == other,
            (NameKind::String(one), NameKind::String(other)) => one.to_text().eq_ignore_ascii_case(&other.to_text()),
            _ => false,
        }
}
