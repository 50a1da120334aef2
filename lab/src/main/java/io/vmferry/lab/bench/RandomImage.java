package io.vmferry.lab.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A file of random bytes, for a guest that cannot write its own content. */
final class RandomImage {

    private static final int CHUNK_BYTES = 1 << 20;

    private RandomImage() {}

    static void write(Path file, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += CHUNK_BYTES) {
                chunk.clear();
                while (chunk.hasRemaining()) {
                    chunk.putLong(random.nextLong());
                }
                out.write(chunk.array(), 0, (int) Math.min(CHUNK_BYTES, bytes - written));
            }
        }
    }
}
