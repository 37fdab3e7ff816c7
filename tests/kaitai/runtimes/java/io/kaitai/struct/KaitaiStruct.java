package io.kaitai.struct;

/** The signatures of Kaitai's runtime that compiled specifications use: enough to compile them, not to run them. */
public abstract class KaitaiStruct {
    protected KaitaiStream _io;
    protected KaitaiStruct _parent;

    public KaitaiStruct(KaitaiStream io) {}
    public KaitaiStream _io() { return _io; }
    public KaitaiStruct _parent() { return _parent; }
}
