package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VmDescriptionTest {

    private static final SectionHeader TIMER =
            new SectionHeader(SectionType.FULL, 0, "timer", 0, 2);

    @Test
    void devicesAreDescribedAsQemuDoes() {
        ByteBuf out = Unpooled.buffer();
        StateWriter timer =
                new StateWriter(out).int64("cpu_ticks_offset", -1).unused(8).int64("cpu_clock", 5);
        String json =
                new VmDescription(4096)
                        .configuration(SampleStreams.MACHINE)
                        .device(TIMER, timer.fields())
                        .toJson();

        assertThat(json)
                .isEqualTo(
                        "{\"configuration\": {\"vmsd_name\": \"configuration\", \"version\": 1,"
                                + " \"fields\": [{\"name\": \"len\", \"type\": \"uint32\", \"size\":"
                                + " 4}, {\"name\": \"name\", \"type\": \"buffer\", \"size\": 4}]},"
                                + " \"page_size\": 4096, \"devices\": [{\"name\": \"timer\","
                                + " \"instance_id\": 0, \"vmsd_name\": \"timer\", \"version\": 2,"
                                + " \"fields\": [{\"name\": \"cpu_ticks_offset\", \"type\": \"int64\","
                                + " \"size\": 8}, {\"name\": \"unused\", \"type\": \"unused_buffer\","
                                + " \"size\": 8}, {\"name\": \"cpu_clock\", \"type\": \"int64\","
                                + " \"size\": 8}]}]}");
        assertThat(out.readableBytes()).isEqualTo(24);
    }

    @Test
    void anOldSourceDescribesNoConfiguration() {
        assertThat(new VmDescription(4096).toJson())
                .isEqualTo("{\"page_size\": 4096, \"devices\": []}");
    }

    @Test
    void everythingIsJson() throws JsonProcessingException {
        Configuration configuration =
                new Configuration(
                        "pc",
                        List.of(
                                new ConfigurationSubsection.TargetPageBits(12),
                                new ConfigurationSubsection.ValidatedCapabilities(
                                        List.of("mapped-ram")),
                                new ConfigurationSubsection.ValidatedUuid(new UUID(1, 2)),
                                new ConfigurationSubsection.ReturnPathChannel(new UUID(1, 2))));
        JsonNode json =
                new ObjectMapper()
                        .readTree(
                                new VmDescription(4096)
                                        .configuration(configuration)
                                        .device(
                                                new SectionHeader(
                                                        SectionType.FULL, 1, "a\"\\\u00e4", 3, 1),
                                                List.of(
                                                        new VmDescription.Field(
                                                                "data", "buffer", 70)))
                                        .toJson());

        assertThat(json.at("/configuration/subsections")).hasSize(4);
        assertThat(json.at("/configuration/subsections/1/fields/1/size").asInt()).isEqualTo(11);
        assertThat(json.at("/devices/0/name").asText()).isEqualTo("a\"\\\u00e4");
        assertThat(json.at("/devices/0/instance_id").asInt()).isEqualTo(3);
        assertThat(json.at("/devices/0/fields/0/size").asInt()).isEqualTo(70);
    }
}
