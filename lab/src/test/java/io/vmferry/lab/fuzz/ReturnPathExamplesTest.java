package io.vmferry.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vmferry.protocol.returnpath.BitmapSizes;
import io.vmferry.protocol.returnpath.ReturnPathReader;
import io.vmferry.protocol.returnpath.ReturnPathType;
import io.vmferry.protocol.stream.StreamException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReturnPathExamplesTest {

    /** A message that no example has is hardly ever found by changing the others. */
    @Test
    void everyMessageIsAmongThem() throws StreamException {
        Set<ReturnPathType> seen = EnumSet.noneOf(ReturnPathType.class);
        for (byte[] example : ReturnPathExamples.messages()) {
            // the first byte says how far the source is
            new ReturnPathReader(
                            (offset, lengthBytes, message) -> seen.add(message.type()),
                            BitmapSizes.upTo(1 << 20),
                            true)
                    .read(Unpooled.wrappedBuffer(example, 1, example.length - 1));
        }
        assertThat(seen).containsExactlyInAnyOrder(ReturnPathType.values());
    }
}
