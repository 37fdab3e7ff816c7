package io.kaitai.struct;

public class ByteBufferKaitaiStream extends KaitaiStream {
    public ByteBufferKaitaiStream(String path) throws java.io.IOException {}
}
