package io.vmferry.machine.memory;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.net.SpecialFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Guest RAM from and to a file of plain bytes. An address is a byte offset into all blocks in their
 * order, as QMP's {@code pmemsave} counts on a machine without holes.
 */
public final class RamImage {
    private static final int CHUNK_BYTES = 1 << 20;

    private RamImage() {}

    /**
     * Loads a file from address 0 on. A file shorter than the RAM leaves the rest zero; runs of
     * zeros in the file allocate no memory.
     *
     * @throws RamImageException when the file cannot be read or is longer than the RAM
     */
    public static void load(GuestRam ram, Path file) throws RamImageException {
        if (Files.isDirectory(file)) {
            throw new RamImageException("Cannot load memory image " + file + ": it is a directory");
        }
        try {
            SpecialFile.refuseFifo(file);
        } catch (IOException e) {
            throw new RamImageException("Cannot load memory image " + file + ": " + reason(e), e);
        }
        long at = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > ram.totalBytes()) {
                throw tooLong(file, channel.size() + " bytes", ram);
            }
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
            while (fill(channel, chunk)) {
                if (at + chunk.remaining() > ram.totalBytes()) {
                    throw tooLong(file, "more", ram);
                }
                at += store(ram, at, chunk);
            }
        } catch (RamImageException e) {
            throw e;
        } catch (IOException e) {
            throw new RamImageException(
                    "Cannot load memory image " + file + " at offset " + at + ": " + reason(e), e);
        }
    }

    /**
     * Saves {@code lengthBytes} from {@code address} on, replacing the file. Memory that was never
     * stored to becomes a hole in the file.
     *
     * @throws RamImageException when the range is outside of RAM or the file cannot be written
     */
    public static void save(GuestRam ram, long address, long lengthBytes, Path file)
            throws RamImageException {
        if (address < 0 || lengthBytes < 0 || address > ram.totalBytes() - lengthBytes) {
            throw new RamImageException(
                    "Cannot save "
                            + lengthBytes
                            + " bytes of memory at address "
                            + address
                            + ": the guest has "
                            + ram.totalBytes()
                            + " bytes");
        }
        try {
            SpecialFile.refuseFifo(file);
        } catch (IOException e) {
            throw new RamImageException("Could not open '" + file + "': " + reason(e), e);
        }
        long done = 0;
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            while (done < lengthBytes) {
                done += saveChunk(ram, address + done, lengthBytes - done, channel, done);
            }
            if (channel.size() < lengthBytes) {
                writeFully(channel, ByteBuffer.allocate(1), lengthBytes - 1);
            }
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new RamImageException("Could not open '" + file + "': " + reason(e), e);
        } catch (IOException e) {
            throw new RamImageException(
                    "Cannot save memory to "
                            + file
                            + " after "
                            + done
                            + " of "
                            + lengthBytes
                            + " bytes: "
                            + reason(e),
                    e);
        }
    }

    /** Fills the chunk as far as the file goes, for a page must not be cut by a short read. */
    private static boolean fill(FileChannel channel, ByteBuffer chunk) throws IOException {
        chunk.clear();
        while (chunk.hasRemaining() && channel.read(chunk) >= 0) {
            // reads until the chunk is full or the file ends
        }
        chunk.flip();
        return chunk.hasRemaining();
    }

    private static int store(GuestRam ram, long address, ByteBuffer chunk) {
        int bytes = chunk.remaining();
        int padded = (bytes + RamBlock.PAGE_SIZE - 1) & -RamBlock.PAGE_SIZE;
        chunk.limit(padded);
        for (int i = bytes; i < padded; i++) {
            chunk.put(i, (byte) 0);
        }
        PageSource in = PageSource.of(Unpooled.wrappedBuffer(chunk));
        for (int from = 0; from < padded; from += RamBlock.PAGE_SIZE) {
            if (!isZero(chunk, from)) {
                long page = (address + from) >>> RamBlock.PAGE_SHIFT;
                RamBlock block = ram.blockOfPage(page);
                in.bytes().readerIndex(from);
                block.load(page - block.firstPage(), in);
            }
        }
        return bytes;
    }

    private static boolean isZero(ByteBuffer chunk, int from) {
        for (int i = from; i < from + RamBlock.PAGE_SIZE; i += Long.BYTES) {
            if (chunk.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes what lies in one block and one chunk, unless it was never stored to; returns its size.
     */
    private static long saveChunk(
            GuestRam ram, long address, long atMost, FileChannel channel, long position)
            throws IOException {
        RamBlock block = ram.blockOfPage(address >>> RamBlock.PAGE_SHIFT);
        long offset = address - (block.firstPage() << RamBlock.PAGE_SHIFT);
        long length = Math.min(Math.min(atMost, CHUNK_BYTES), block.lengthBytes() - offset);
        long used = block.populated().nextSet(offset >>> RamBlock.PAGE_SHIFT);
        if (used >= 0 && used << RamBlock.PAGE_SHIFT < offset + length) {
            writeFully(channel, block.segment().asSlice(offset, length).asByteBuffer(), position);
        }
        return length;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private static RamImageException tooLong(Path file, String size, GuestRam ram) {
        return new RamImageException(
                "Memory image "
                        + file
                        + " has "
                        + size
                        + ", which does not fit into a guest of "
                        + ram.totalBytes()
                        + " bytes");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /** A memory image could not be loaded or saved; the message is one clear line for the user. */
    public static final class RamImageException extends IOException {
        private static final long serialVersionUID = 1L;

        RamImageException(String message) {
            super(message);
        }

        RamImageException(String message, IOException cause) {
            super(message, cause);
        }
    }
}
