package io.kaitai.struct;

public class KaitaiStream {
    public long pos() { return 0; }
    public long size() { return 0; }
    public void seek(long to) {}
    public int readU1() { return 0; }
    public int readU2le() { return 0; }
    public byte[] readBytes(long length) { return null; }
    public KaitaiStream substream(long length) { return null; }

    public static class ValidationNotInEnumError extends RuntimeException {
        public ValidationNotInEnumError(Object found, KaitaiStream io, String path) {}
    }
}
