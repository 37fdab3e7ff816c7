# What compiled specifications use of Kaitai's runtime, for the types of the words.
module Kaitai
  module Struct
    VERSION = '0.11'

    class Struct
      def initialize(io, parent = nil, root = nil)
        @_io = io
        @_parent = parent
        @_root = root
      end
    end

    class Stream
      attr_reader :pos

      def self.resolve_enum(names, number)
        names.fetch(number)
      end

      def initialize(bytes)
        @bytes = bytes
        @pos = 0
      end

      def read_bytes(length)
        @pos += length
        @bytes.byteslice(@pos - length, length)
      end

      def size
        @bytes.bytesize
      end

      def read_u1
        read_bytes(1).unpack1('C')
      end

      def read_u2le
        read_bytes(2).unpack1('v')
      end
    end

    class ValidationNotInEnumError < RuntimeError
    end
  end
end
