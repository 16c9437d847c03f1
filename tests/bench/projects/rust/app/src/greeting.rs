pub const GREETING: &str = "Hello from commit 0";
