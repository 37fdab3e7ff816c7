// The signatures of Kaitai's runtime that compiled specifications use: enough to compile them, not to run them.
namespace Kaitai
{
    public abstract class KaitaiStruct
    {
        protected KaitaiStream m_io;
        public KaitaiStruct(KaitaiStream io) {}
        public KaitaiStream M_Io { get { return m_io; } }
    }

    public class KaitaiStream
    {
        public KaitaiStream(string path) {}
        public KaitaiStream(byte[] bytes) {}
        public long Pos { get { return 0; } }
        public long Size { get { return 0; } }
        public void Seek(long to) {}
        public byte ReadU1() { return 0; }
        public ushort ReadU2le() { return 0; }
        public byte[] ReadBytes(long length) { return null; }
    }

    public class ValidationNotInEnumError : System.Exception
    {
        public ValidationNotInEnumError(object found, KaitaiStream io, string path) {}
    }
}
