module github.com/kaitai-io/kaitai_struct_go_runtime

go 1.18
