mod format {
    atf_derive::schema!("schema/wrong.toml");
}

mod absent {
    atf_derive::schema!("../absent.toml");
}

fn main() {}
