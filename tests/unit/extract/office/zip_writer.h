#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::test {

/// Writes ZIP containers, also such as no honest program writes.
class ZipWriter {
public:
    /// An entry as it is, without compression.
    ZipWriter& add(std::string_view name, std::string_view content, std::uint16_t flags = 0) {
        return entry(name, content, content.size(), crc_of(content), 0, flags);
    }
    /// An entry of `bytes` zeros, which takes a hundred and fifty times less room.
    ZipWriter& add_zeros(std::string_view name, std::uint64_t bytes) {
        std::string zeros(static_cast<std::size_t>(bytes), '\0');
        return entry(name, deflated_zeros(bytes), bytes, crc_of(zeros), 8, 0);
    }
    /// Another name for the data of the last entry: they overlap.
    ZipWriter& add_again(std::string_view name) {
        directory_ += directory_entry(name, last_);
        ++count_;
        return *this;
    }
    [[nodiscard]] std::string finish() const {
        std::string end = "PK\x05\x06" + std::string(4, '\0');
        put16(end, count_);
        put16(end, count_);
        put32(end, directory_.size());
        put32(end, data_.size());
        put16(end, 0);
        return data_ + directory_ + end;
    }

private:
    struct Entry {
        std::uint64_t offset, packed, size;
        std::uint32_t crc;
        std::uint16_t method, flags;
    };

    ZipWriter& entry(std::string_view name, std::string_view packed, std::uint64_t size, std::uint32_t crc,
                     std::uint16_t method, std::uint16_t flags) {
        last_ = {data_.size(), packed.size(), size, crc, method, flags};
        data_ += "PK\x03\x04" + fields(last_);
        put16(data_, name.size());
        put16(data_, 0);
        data_ += name;
        data_ += packed;
        return add_again(name);
    }

    static std::string fields(const Entry& entry) {
        std::string bytes;
        put16(bytes, 20);
        put16(bytes, entry.flags);
        put16(bytes, entry.method);
        put32(bytes, 0x58650000);
        put32(bytes, entry.crc);
        put32(bytes, entry.packed);
        put32(bytes, entry.size);
        return bytes;
    }

    static std::string directory_entry(std::string_view name, const Entry& entry) {
        std::string bytes = "PK\x01\x02";
        put16(bytes, 20);
        bytes += fields(entry);
        put16(bytes, name.size());
        bytes.append(12, '\0');
        put32(bytes, entry.offset);
        bytes += name;
        return bytes;
    }

    /// A block of fixed codes (RFC 1951): a zero, then matches of 258 bytes, then zeros.
    static std::string deflated_zeros(std::uint64_t bytes) {
        std::string out;
        unsigned bits = 0;
        int count = 0;
        const auto put_bit = [&](unsigned bit) {
            bits |= bit << count;
            if (++count < 8) return;
            out += static_cast<char>(bits);
            bits = 0;
            count = 0;
        };
        const auto put_code = [&](unsigned code, int length) {
            while (length-- > 0) put_bit(code >> length & 1U);
        };
        put_bit(1);
        put_bit(1);
        put_bit(0);
        put_code(0x30, 8);
        std::uint64_t left = bytes - 1;
        for (; left >= 258; left -= 258) {
            put_code(0xC5, 8);
            put_code(0, 5);
        }
        for (; left > 0; --left) put_code(0x30, 8);
        put_code(0, 7);
        while (count != 0) put_bit(0);
        return out;
    }

    static std::uint32_t crc_of(std::string_view bytes) {
        std::uint32_t crc = 0xFFFFFFFF;
        for (const char c : bytes) {
            crc ^= static_cast<unsigned char>(c);
            for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
        return ~crc;
    }
    static void put16(std::string& out, std::uint64_t value) {
        out += static_cast<char>(value & 0xFF);
        out += static_cast<char>(value >> 8 & 0xFF);
    }
    static void put32(std::string& out, std::uint64_t value) {
        put16(out, value & 0xFFFF);
        put16(out, value >> 16);
    }

    std::string data_, directory_;
    Entry last_{};
    std::uint64_t count_ = 0;
};

}  // namespace quarry::test
