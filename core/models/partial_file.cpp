#include "core/models/partial_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace quarry::models {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path) {
    return Error(ErrorCode::failed, fmt::format("cannot write {}", path.string()), "check the free space");
}

}  // namespace

PartialFile::PartialFile(fs::path path, Rest rest, const Cancellation& cancellation)
    : path_(std::move(path)), rest_(rest) {
    if (rest_ == Rest::resumed) {
        lock();
        read_rest(cancellation);
    }
    stream_.open(path_, std::ios::binary | (size_ > 0 ? std::ios::app : std::ios::trunc));
    if (!stream_) throw cannot_write(path_).because(std::strerror(errno));
}

PartialFile::~PartialFile() {
    std::error_code ignored;
    if (!kept_ && (rest_ == Rest::removed || size_ == 0)) fs::remove(path_, ignored);
}

void PartialFile::lock() {
    try {
        lock_.emplace(path_, std::chrono::milliseconds(0), nullptr);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::locked) throw;
        throw Error(ErrorCode::locked, "another process is fetching this file", "wait until it is done");
    }
}

void PartialFile::read_rest(const Cancellation& cancellation) {
    std::ifstream before(path_, std::ios::binary);
    std::string block(std::size_t{1} << 20, '\0');
    while (before) {
        cancellation.check();
        before.read(block.data(), static_cast<std::streamsize>(block.size()));
        const auto count = static_cast<std::size_t>(before.gcount());
        hash_->add(std::string_view(block).substr(0, count));
        size_ += count;
    }
}

void PartialFile::write(std::string_view bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream_) throw cannot_write(path_).because(std::strerror(errno));
    hash_->add(bytes);
    size_ += bytes.size();
}

void PartialFile::restart() {
    if (size_ == 0) return;
    stream_.close();
    stream_.open(path_, std::ios::binary | std::ios::trunc);
    if (!stream_) throw cannot_write(path_).because(std::strerror(errno));
    hash_.emplace();
    size_ = 0;
}

void PartialFile::close() {
    stream_.close();
    if (!stream_) throw cannot_write(path_);
}

void PartialFile::keep_as(const fs::path& place) {
    fs::rename(path_, place);
    kept_ = true;
}

}  // namespace quarry::models
