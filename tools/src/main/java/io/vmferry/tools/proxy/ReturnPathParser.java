package io.vmferry.tools.proxy;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathListener;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.stream.Element;
import io.vmferry.protocol.stream.StreamException;

/** Follows a return path; its messages pass whole, a bitmap with the message that announces it. */
final class ReturnPathParser extends ElementParser implements ReturnPathListener {

    /** A bitmap of two TiB of RAM; whoever announces more is not waited for. */
    private static final long MAX_BITMAP_BYTES = 64 << 20;

    private final ReturnPathReader reader =
            new ReturnPathReader(this, BitmapSizes.upTo(MAX_BITMAP_BYTES), true);

    @Override
    void read(ByteBuf in) throws StreamException {
        reader.read(in);
    }

    @Override
    boolean passesPieces() {
        return reader.ended();
    }

    @Override
    void pass(Passing passing, ByteBuf bytes, Outlet out) {
        out.message(passing, bytes);
    }

    @Override
    public void message(long offset, long lengthBytes, ReturnPathMessage message) {
        Element at = new Element(offset, lengthBytes);
        switch (message) {
            case ReturnPathMessage.Shut(int value) ->
                    see(at, PlaceName.SHUT, Integer.toString(value));
            case ReturnPathMessage.Pong(int value) ->
                    see(at, PlaceName.PONG, "0x" + Integer.toHexString(value));
            case ReturnPathMessage.ReqPagesId(long start, int _, String _) ->
                    see(at, PlaceName.REQ_PAGES, "0x" + Long.toHexString(start));
            case ReturnPathMessage.ReqPages(long start, int _) ->
                    see(at, PlaceName.REQ_PAGES, "0x" + Long.toHexString(start));
            case ReturnPathMessage.RecvBitmap(String block, var _) ->
                    see(at, PlaceName.RECV_BITMAP, block);
            case ReturnPathMessage.ResumeAck _ -> see(at, PlaceName.RESUME_ACK, "");
            case ReturnPathMessage.SwitchoverAck _ -> see(at, PlaceName.SWITCHOVER_ACK, "");
        }
    }
}
