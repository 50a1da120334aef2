package io.vmferry.machine.link;

import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.link.StreamFile.ChannelFile;
import io.vmferry.machine.link.StreamFile.DescriptorFile;
import io.vmferry.machine.net.SpecialFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Opens the files of {@code file:} addresses at their offset: by path, or a member of the
 * descriptor set that the path stands for. May block like any access to a file.
 */
final class OpenedFiles {

    private OpenedFiles() {}

    /**
     * For a stream that comes from a file.
     *
     * @param anything whether it may be a directory or a device, in which no stream can be
     */
    static StreamFile toRead(DescriptorSets sets, MigrationAddress.File address, boolean anything)
            throws IOException {
        Path path = address.path();
        if (isSet(path)) {
            return positioned(sets.open(path.toString(), Descriptor.O_RDONLY), address, false);
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (anything) {
            SpecialFile.refuseFifo(path);
        } else if (!Files.isRegularFile(path)) {
            throw new IOException("Not a regular file");
        }
        return positioned(FileChannel.open(path, StandardOpenOption.READ), address, false);
    }

    /** For a stream that goes to a file, which is cut off at the offset as QEMU does. */
    static StreamFile toWrite(DescriptorSets sets, MigrationAddress.File address)
            throws IOException {
        Path path = address.path();
        if (isSet(path)) {
            int flags = Descriptor.O_CREAT | Descriptor.O_WRONLY;
            return positioned(sets.open(path.toString(), flags), address, true);
        }
        if (Files.isDirectory(path)) {
            throw new IOException("Is a directory");
        }
        SpecialFile.refuseFifo(path);
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return positioned(file, address, Files.isRegularFile(path));
    }

    private static boolean isSet(Path path) {
        return path.toString().startsWith(DescriptorSets.PATH);
    }

    private static StreamFile positioned(
            FileChannel file, MigrationAddress.File address, boolean cut) throws IOException {
        try {
            if (cut) {
                file.truncate(address.offset());
            }
            if (address.offset() != 0) {
                file.position(address.offset());
            }
            return new ChannelFile(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static StreamFile positioned(
            Descriptor descriptor, MigrationAddress.File address, boolean cut) throws IOException {
        try {
            if (cut) {
                cut(descriptor, address.offset());
            }
            if (address.offset() != 0) {
                seek(descriptor, address.offset());
            }
            return DescriptorFile.of(descriptor);
        } catch (IOException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void cut(Descriptor descriptor, long offset) throws DescriptorException {
        try {
            descriptor.truncate(offset);
        } catch (DescriptorException e) {
            throw new DescriptorException(
                    "failed to truncate migration file to offset %x: %s"
                            .formatted(offset, e.getMessage()));
        }
    }

    private static void seek(Descriptor descriptor, long offset) throws DescriptorException {
        try {
            descriptor.seek(offset);
        } catch (DescriptorException e) {
            throw new DescriptorException(
                    "Unable to seek to offset %d whence 0 in file: %s"
                            .formatted(offset, e.getMessage()));
        }
    }
}
