package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.vcpu.PageContent.ContentKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageContentTest {
    private static final long OFFSET = 4096;
    private final PageContent content = new PageContent(5);
    private final MemorySegment memory = Arena.ofAuto().allocate(3 * 4096, 4096);

    @ParameterizedTest
    @EnumSource(names = {"RANDOM", "COMPRESSIBLE"})
    void findsEveryFlippedByteOfTheBody(ContentKind kind) {
        content.write(memory, OFFSET, 17, 2, 33, kind);
        assertThat(content.marked(memory, OFFSET)).isTrue();
        assertThat(content.pageNumber(memory, OFFSET)).isEqualTo(17);
        assertThat(content.step(memory, OFFSET)).isEqualTo(33);
        assertThat(content.vcpu(memory, OFFSET)).isEqualTo(2);
        assertThat(content.firstDifference(memory, OFFSET, 17, 33, kind)).isEqualTo(-1);
        for (int at = 32; at < 4096; at++) {
            byte good = memory.get(ValueLayout.JAVA_BYTE, OFFSET + at);
            memory.set(ValueLayout.JAVA_BYTE, OFFSET + at, (byte) (good ^ 0x40));
            assertThat(content.firstDifference(memory, OFFSET, 17, 33, kind)).isEqualTo(at);
            memory.set(ValueLayout.JAVA_BYTE, OFFSET + at, good);
        }
    }

    @Test
    void writesNothingButItsPage() {
        content.write(memory, OFFSET, 17, 2, 33, ContentKind.RANDOM);
        assertThat(memory.asSlice(0, 4096).mismatch(MemorySegment.ofArray(new byte[4096])))
                .isEqualTo(-1);
        assertThat(memory.asSlice(8192, 4096).mismatch(MemorySegment.ofArray(new byte[4096])))
                .isEqualTo(-1);
    }

    @Test
    void differsByPageStepAndSeed() {
        content.write(memory, OFFSET, 17, 2, 33, ContentKind.RANDOM);
        assertThat(content.firstDifference(memory, OFFSET, 18, 33, ContentKind.RANDOM))
                .isEqualTo(32);
        assertThat(content.firstDifference(memory, OFFSET, 17, 34, ContentKind.RANDOM))
                .isEqualTo(32);
        assertThat(new PageContent(6).marked(memory, OFFSET)).isFalse();
        assertThat(content.contribution(17, 33))
                .isNotEqualTo(content.contribution(17, 34))
                .isNotEqualTo(content.contribution(18, 33))
                .isNotEqualTo(content.imageContribution(17, 33))
                .isNotEqualTo(0);
    }

    @Test
    void compressesAsPromised() {
        assertThat(deflatedSize(ContentKind.RANDOM)).isGreaterThan(3900);
        assertThat(deflatedSize(ContentKind.COMPRESSIBLE)).isBetween(100, 600);
    }

    private int deflatedSize(ContentKind kind) {
        content.write(memory, OFFSET, 17, 2, 33, kind);
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(memory.asSlice(OFFSET, 4096).toArray(ValueLayout.JAVA_BYTE));
            deflater.finish();
            return deflater.deflate(new byte[8192]);
        }
    }
}
