// The header of GGUF files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#include "core/llama/gguf_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/mapped_file.h"
#include "core/base/text.h"

namespace quarry::llama {
namespace {

constexpr std::uint64_t most_entries = 1'000'000;  // of metadata or tensors; real files have some thousands
constexpr std::uint64_t default_alignment = 32;
constexpr std::uint32_t type_string = 8, type_array = 9, type_bool = 7;

/// Bytes of a value of a metadata type; 0 for strings and arrays.
constexpr std::array<std::uint8_t, 13> scalar_sizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

class GgufReader {
public:
    GgufReader(std::span<const unsigned char> bytes, std::uint64_t file_size) : bytes_(bytes), file_size_(file_size) {}

    [[nodiscard]] GgufFile read() {
        if (bytes_.size() < 4 || std::memcmp(bytes_.data(), "GGUF", 4) != 0) {
            throw Error(ErrorCode::failed, "it is not a model file in the GGUF format",
                        "models for llama.cpp are GGUF files; other formats are converted with llama.cpp's tools")
                .because("it does not begin with GGUF");
        }
        at_ = 4;
        file_.version = integer<std::uint32_t>();
        if (file_.version < 2 || file_.version > 3) {
            fail(fmt::format("its version is {}; only 2 and 3 are supported", file_.version));
        }
        file_.tensors = count("tensors");
        const std::uint64_t entries = count("metadata");
        for (std::uint64_t i = 0; i < entries; ++i) read_entry();
        std::uint64_t last_offset = 0;
        for (std::uint64_t i = 0; i < file_.tensors; ++i) last_offset = std::max(last_offset, read_tensor());
        file_.header_bytes = (at_ + alignment_ - 1) / alignment_ * alignment_;
        if (file_.tensors > 0 && (last_offset >= file_size_ || file_.header_bytes + last_offset >= file_size_)) {
            fail(fmt::format("its tensors reach beyond its {} bytes: the file is truncated", file_size_));
        }
        return std::move(file_);
    }

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw Error(ErrorCode::failed, "it is a damaged or unknown GGUF file", "download the file again").because(why);
    }

    std::span<const unsigned char> take(std::uint64_t size) {
        if (size > bytes_.size() - at_) fail(fmt::format("it ends in the middle of its header, at byte {}", at_));
        const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(size));
        at_ += static_cast<std::size_t>(size);
        return taken;
    }
    template <typename Integer>
    Integer integer() {
        Integer value = 0;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);  // GGUF is little-endian, and so are we
        return value;
    }
    std::string_view text() {
        const auto bytes = take(integer<std::uint64_t>());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::uint64_t count(std::string_view of) {
        const auto number = integer<std::uint64_t>();
        if (number > most_entries) fail(fmt::format("it claims to have {} {}", number, of));
        return number;
    }
    std::uint64_t scalar(std::uint32_t type) {
        if (type >= scalar_sizes.size() || scalar_sizes[type] == 0)
            fail(fmt::format("it has a value of type {}", type));
        std::uint64_t value = 0;
        const auto bytes = take(scalar_sizes[type]);
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }
    void skip_array(int depth) {
        const auto type = integer<std::uint32_t>();
        const auto length = integer<std::uint64_t>();
        if (type == type_string) {
            for (std::uint64_t i = 0; i < length; ++i) static_cast<void>(text());
        } else if (type == type_array) {
            if (depth == 4) fail("its arrays are nested too deeply");
            for (std::uint64_t i = 0; i < length; ++i) skip_array(depth + 1);
        } else {
            if (type >= scalar_sizes.size()) fail(fmt::format("it has an array of type {}", type));
            if (length > bytes_.size()) fail(fmt::format("it has an array of {} values", length));
            static_cast<void>(take(length * scalar_sizes[type]));
        }
    }
    void read_entry() {
        const std::string_view key = text();
        const auto type = integer<std::uint32_t>();
        if (type == type_array) return skip_array(0);
        if (type == type_string) return keep_text(key, text());
        const std::uint64_t value = scalar(type);
        const bool is_integer = type < 6 || type == 10 || type == 11;
        if (type != type_bool && is_integer) keep_number(key, value);
    }
    void keep_text(std::string_view key, std::string_view value) {
        std::string* place = nullptr;
        if (key == "general.architecture") place = &file_.architecture;
        if (key == "general.name") place = &file_.name;
        if (key == "general.license") place = &file_.license;
        if (key == "general.license.link") place = &file_.license_link;
        if (place != nullptr) *place = replace_invalid_utf8(value.substr(0, 1000));
    }
    void keep_number(std::string_view key, std::uint64_t value) {
        if (key == "general.alignment") {
            if (value == 0 || value > 1 << 20) fail(fmt::format("its alignment is {}", value));
            alignment_ = value;
        }
        if (key.ends_with(".context_length")) file_.context_length = value;
        if (key.ends_with(".embedding_length")) file_.embedding_length = value;
        if (key.ends_with(".pooling_type")) file_.pooling = value;
    }
    /// Returns the offset of its data.
    std::uint64_t read_tensor() {
        static_cast<void>(text());
        const auto dimensions = integer<std::uint32_t>();
        if (dimensions > 4) fail(fmt::format("it has a tensor of {} dimensions", dimensions));
        std::uint64_t values = 1;
        for (std::uint32_t i = 0; i < dimensions; ++i) {
            const auto length = integer<std::uint64_t>();
            if (length != 0 && values > (1ULL << 48) / length) fail("it has a tensor that is too large");
            values *= length;
        }
        file_.parameters += values;
        static_cast<void>(integer<std::uint32_t>());
        return integer<std::uint64_t>();
    }

    std::span<const unsigned char> bytes_;
    std::uint64_t file_size_;
    std::size_t at_ = 0;
    std::uint64_t alignment_ = default_alignment;
    GgufFile file_;
};

MappedFile open_model(const std::filesystem::path& path) {
    if (auto file = MappedFile::open(path)) return std::move(*file);
    throw Error(ErrorCode::failed, fmt::format("cannot read the model file {}", path.string()),
                "quarry models ls lists the models that were added; give the path of any other")
        .because(stat_file(path) ? "it is empty or not readable" : "there is no such file");
}

GgufFile read_mapped(const MappedFile& model, const std::filesystem::path& path) {
    const std::string_view bytes = model.bytes();
    try {
        return read_gguf({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, bytes.size());
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot use the model file {}", path.string()));
    }
}

}  // namespace

GgufFile read_gguf(std::span<const unsigned char> bytes, std::uint64_t file_size) {
    return GgufReader(bytes, file_size).read();
}

GgufFile read_gguf_file(const std::filesystem::path& path) { return read_mapped(open_model(path), path); }

std::string gguf_content_mark(const std::filesystem::path& path) {
    constexpr std::size_t samples = 64, sample_bytes = 4096;
    const MappedFile model = open_model(path);
    const GgufFile file = read_mapped(model, path);
    const std::string_view all = model.bytes();
    const std::string_view data = all.substr(std::min<std::size_t>(file.header_bytes, all.size()));
    std::string marks = fmt::format("{} {}", all.size(), content_hash(all.substr(0, all.size() - data.size())));
    if (data.size() <= samples * sample_bytes) return content_hash(marks + content_hash(data));
    std::string sampled;
    for (std::size_t i = 0; i < samples; ++i) {
        sampled += data.substr((data.size() - sample_bytes) / (samples - 1) * i, sample_bytes);
    }
    return content_hash(marks + content_hash(sampled));
}

}  // namespace quarry::llama
