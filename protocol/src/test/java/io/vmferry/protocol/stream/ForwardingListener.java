package io.vmferry.protocol.stream;

import io.netty.buffer.ByteBuf;

/** A listener that forwards every call; tests override single methods. */
class ForwardingListener implements StreamListener {

    private final StreamListener next;

    ForwardingListener(StreamListener next) {
        this.next = next;
    }

    @Override
    public void fileHeader(Element at) throws StreamException {
        next.fileHeader(at);
    }

    @Override
    public void configuration(Element at, Configuration configuration) throws StreamException {
        next.configuration(at, configuration);
    }

    @Override
    public PayloadReader section(Element head, SectionHeader header) throws StreamException {
        return next.section(head, header);
    }

    @Override
    public PayloadReader part(long offset, SectionType type, int sectionId) throws StreamException {
        return next.part(offset, type, sectionId);
    }

    @Override
    public void sectionEnd(long offset, long lengthBytes, SectionType type, int sectionId)
            throws StreamException {
        next.sectionEnd(offset, lengthBytes, type, sectionId);
    }

    @Override
    public void command(Element at, Command command) throws StreamException {
        next.command(at, command);
    }

    @Override
    public void packaged(Element at, ByteBuf blob) throws StreamException {
        next.packaged(at, blob);
    }

    @Override
    public void packageAnnounced(Element head, long lengthBytes) throws StreamException {
        next.packageAnnounced(head, lengthBytes);
    }

    @Override
    public int keptDescriptionBytes() {
        return next.keptDescriptionBytes();
    }

    @Override
    public void endOfStream(Element at) throws StreamException {
        next.endOfStream(at);
    }

    @Override
    public void vmDescription(Element at, ByteBuf json) throws StreamException {
        next.vmDescription(at, json);
    }
}
