package io.vmferry.lab.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.ReceivedBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.returnpath.ReturnPathMessage.Pong;
import io.vmferry.protocol.returnpath.ReturnPathMessage.RecvBitmap;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPages;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ReqPagesId;
import io.vmferry.protocol.returnpath.ReturnPathMessage.ResumeAck;
import io.vmferry.protocol.returnpath.ReturnPathMessage.Shut;
import io.vmferry.protocol.returnpath.ReturnPathMessage.SwitchoverAck;
import io.vmferry.protocol.returnpath.ReturnPathWriter;
import java.util.List;
import java.util.stream.Stream;

/** Messages of destinations. */
final class ReturnPathExamples {

    private static final int PAGE = 4096;

    private ReturnPathExamples() {}

    /** Messages for a source, each after the byte that selects how far the source is. */
    static List<byte[]> messages() {
        return List.of(
                at(SourceProgress.PRECOPY, bytes(new Pong(1), new SwitchoverAck(), new Shut(0))),
                at(SourceProgress.PRECOPY, bytes(requests())),
                at(SourceProgress.PACKAGE_SENT, bytes(new Pong(0x42), new Shut(0))),
                at(SourceProgress.PACKAGE_SENT, bytes(requests())),
                at(
                        SourceProgress.RECOVERY,
                        bytes(
                                bitmap(SourceTarget.BLOCK, SourceTarget.PAGES),
                                new Pong(0x4c56),
                                new ResumeAck(ResumeAck.RESUMED),
                                new ReqPagesId(0, PAGE, SourceTarget.BLOCK),
                                new Shut(0))));
    }

    private static byte[] at(SourceProgress progress, byte[] messages) {
        return ByteBufUtil.getBytes(
                Unpooled.buffer().writeByte(progress.code()).writeBytes(messages));
    }

    private static ReturnPathMessage[] requests() {
        return Stream.of(
                        new Pong(0x42),
                        new ReqPagesId(0, PAGE, SourceTarget.BLOCK),
                        new ReqPages(3 * PAGE, PAGE),
                        new ReqPages(PAGE, 8 * PAGE),
                        new Shut(0))
                .toArray(ReturnPathMessage[]::new);
    }

    private static RecvBitmap bitmap(String block, int pages) {
        return new RecvBitmap(block, ReceivedBitmap.copyOf(new long[(pages + 63) / 64]));
    }

    private static byte[] bytes(ReturnPathMessage... messages) {
        ByteBuf out = Unpooled.buffer();
        for (ReturnPathMessage message : messages) {
            ReturnPathWriter.write(out, message);
        }
        return ByteBufUtil.getBytes(out);
    }
}
