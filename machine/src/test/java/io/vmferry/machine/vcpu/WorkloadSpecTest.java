package io.vmferry.machine.vcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmferry.machine.vcpu.WorkloadSpec.WorkloadKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadSpecTest {
    @Test
    void readsEveryKey() {
        WorkloadSpec spec =
                WorkloadSpec.parse(
                        "hotset,rate=500,zero=10,compressible=20,range=64M,boot=1G,hot=3,hit=80,burst=7");
        assertThat(spec)
                .isEqualTo(
                        new WorkloadSpec(
                                WorkloadKind.HOTSET, 500, 10, 20, 64 << 20, 1 << 30, 3, 80, 7));
        assertThat(WorkloadSpec.parse("uniform,rate=max").unlimited()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void itsTextReadsBack(WorkloadKind kind) {
        WorkloadSpec spec = WorkloadSpec.parse(kind.text() + ",rate=max,boot=4096,burst=3");
        assertThat(spec.kind()).isEqualTo(kind);
        assertThat(WorkloadSpec.parse(spec.text())).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "busy | Unknown workload 'busy': expected one of idle, sequential",
                "idle,speed=1 | Unknown workload option 'speed': expected rate",
                "idle,rate | Workload option 'rate' has no value",
                "idle,rate=fast | Workload option rate=fast is not a whole number",
                "idle,rate=0 | Workload option rate=0 is below 1",
                "idle,zero=101 | Workload option zero=101 is not a percentage from 0 to 100",
                "idle,hot=0 | Workload option hot=0 is below 1",
                "idle,zero=60,compressible=50 | add up to more than 100 percent",
                "idle,range=1000 | Workload option range=1000 is not a multiple of the page size",
                "idle,boot=X | 'X' is not a size",
                "idle, | Workload option '' has no value"
            })
    void refusesWithOneClearLine(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkloadSpec.parse(text))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "idle,rate=5 | Workload idle does not use rate: expected zero, compressible, boot",
                "idle,boot=1M,hot=3 | Workload idle does not use hot",
                "uniform,hot=3 | Workload uniform does not use hot: expected rate, zero, ",
                "uniform,burst=9 | Workload uniform does not use burst",
                "hotset,burst=9 | Workload hotset does not use burst",
                "burst,hit=9 | Workload burst does not use hit",
                "increment,zero=9 | Workload increment does not use zero: expected rate, range, boot"
            })
    void aTypedKeyHasToMeanSomething(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkloadSpec.parseTyped(text))
                .withMessageContaining(message);
        assertThat(WorkloadSpec.parse(text).kind().text()).isEqualTo(text.split(",")[0]);
    }

    @Test
    void aTypedWorkloadMayHaveEveryKeyThatItUses() {
        String text = "hotset,rate=500,zero=10,compressible=20,range=64M,boot=1G,hot=3,hit=80";
        assertThat(WorkloadSpec.parseTyped(text)).isEqualTo(WorkloadSpec.parse(text));
        assertThat(WorkloadSpec.parseTyped("burst,burst=7").burstPages()).isEqualTo(7);
        assertThat(WorkloadSpec.parseTyped("idle")).isEqualTo(WorkloadSpec.parse("idle"));
    }
}
