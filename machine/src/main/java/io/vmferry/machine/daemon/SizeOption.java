package io.vmferry.machine.daemon;

import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.memory.MemorySize;
import picocli.CommandLine.ITypeConverter;

/** A number of bytes on the command line, and as it was written. */
record SizeOption(long bytes, String text) {

    @Override
    public String toString() {
        return text;
    }

    private static SizeOption parse(String option, String text) throws NodeFailure {
        try {
            return new SizeOption(MemorySize.parse(text), text);
        } catch (IllegalArgumentException e) {
            throw NodeFailure.usage(option + ": " + e.getMessage());
        }
    }

    static final class MemoryConverter implements ITypeConverter<SizeOption> {
        @Override
        public SizeOption convert(String text) throws NodeFailure {
            return parse(NodeOptions.MEMORY, text);
        }
    }

    static final class PageSizeConverter implements ITypeConverter<SizeOption> {
        @Override
        public SizeOption convert(String text) throws NodeFailure {
            return parse(NodeOptions.PAGE_SIZE, text);
        }
    }
}
