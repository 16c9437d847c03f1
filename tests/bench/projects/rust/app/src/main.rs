use axum::{extract::Path, routing::get, Json, Router};
use clap::Parser;
use tower_http::trace::TraceLayer;

mod greeting;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
}

async fn report(Path(text): Path<String>) -> Json<Vec<core::Report>> {
    Json(core::report(&[core::Document::new(&text)]))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().init();
    let arguments = Arguments::parse();
    let router = Router::new()
        .route("/", get(|| async { greeting::GREETING }))
        .route("/page/:text", get(|Path(text): Path<String>| async move {
            core::as_page(&core::report(&[core::Document::new(&text)]))
        }))
        .route("/report/:text", get(report))
        .layer(TraceLayer::new_for_http());
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
