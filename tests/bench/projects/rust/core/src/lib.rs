use rayon::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub id: String,
    pub text: String,
    pub made: chrono::DateTime<chrono::Utc>,
}

#[derive(Debug, Serialize)]
pub struct Report {
    pub id: String,
    pub fingerprint: String,
    pub words: usize,
}

impl Document {
    pub fn new(text: &str) -> Self {
        Document { id: util::new_id(), text: text.to_owned(), made: chrono::Utc::now() }
    }
}

pub fn report(documents: &[Document]) -> Vec<Report> {
    documents
        .par_iter()
        .map(|document| Report {
            id: document.id.clone(),
            fingerprint: util::fingerprint(&document.text),
            words: util::count_words(&document.text).values().sum(),
        })
        .collect()
}

pub fn as_json(reports: &[Report]) -> String {
    serde_json::to_string_pretty(reports).unwrap_or_default()
}

pub fn as_yaml(reports: &[Report]) -> String {
    serde_yaml::to_string(reports).unwrap_or_default()
}

pub fn as_page(reports: &[Report]) -> String {
    let mut context = tera::Context::new();
    context.insert("count", &reports.len());
    let head = tera::Tera::one_off("{{ count }} documents", &context, true).unwrap_or_default();
    let body = handlebars::Handlebars::new()
        .render_template("{{#each this}}<li>{{fingerprint}}</li>{{/each}}", &reports)
        .unwrap_or_default();
    format!("{head}{body}")
}

pub fn settings(text: &str) -> toml::Table {
    text.parse().unwrap_or_default()
}

pub fn picture(side: u32) -> usize {
    image::RgbImage::from_fn(side, side, |x, y| image::Rgb([x as u8, y as u8, 0])).into_raw().len()
}
