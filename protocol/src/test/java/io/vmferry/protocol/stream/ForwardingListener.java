package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/** Passes everything on, for tests that change one answer. */
class ForwardingListener implements StreamListener {

    private final StreamListener next;

    ForwardingListener(StreamListener next) {
        this.next = next;
    }

    @Override
    public void fileHeader() throws StreamException {
        next.fileHeader();
    }

    @Override
    public void configuration(Configuration configuration) throws StreamException {
        next.configuration(configuration);
    }

    @Override
    public PayloadReader section(SectionHeader header) throws StreamException {
        return next.section(header);
    }

    @Override
    public PayloadReader part(SectionType type, int sectionId) throws StreamException {
        return next.part(type, sectionId);
    }

    @Override
    public void sectionEnd(SectionType type, int sectionId) throws StreamException {
        next.sectionEnd(type, sectionId);
    }

    @Override
    public void command(Command command) throws StreamException {
        next.command(command);
    }

    @Override
    public void packaged(ByteBuf blob) throws StreamException {
        next.packaged(blob);
    }

    @Override
    public void endOfStream() throws StreamException {
        next.endOfStream();
    }

    @Override
    public void vmDescription(long lengthBytes) throws StreamException {
        next.vmDescription(lengthBytes);
    }
}
