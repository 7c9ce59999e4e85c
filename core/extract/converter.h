#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/sandbox.h"
#include "core/base/subprocess.h"
#include "core/extract/extractor.h"

namespace quarry::extract {

/// A program that calls `serve_conversions` (core/extract/converter_process.h), and how it is started.
struct ConverterProgram {
    std::vector<std::string> arguments{};    ///< The program first; empty where there is none.
    std::vector<std::string> environment{};  ///< Variables that it needs: "NAME=value".
};

/// Reads the formats that need nothing but their bytes in a process that can do nothing else: no files, no network, no
/// other programs (`confine_to_computing`), and only so much memory and time. What it answers is taken as hostile.
///
/// The process is started for the first document that needs it, kept for the next, and replaced after it crashed, took
/// too long or gave an unsound answer, which is the error of that document alone. Where there is no such program or
/// the kernel cannot confine it, `convert` reads all formats in this process. Used by one thread.
class Converter {
public:
    /// Addresses that a process may take: about 50 MB for itself, and 500 MB for a document.
    static constexpr std::uint64_t usual_memory = 550'000'000;

    explicit Converter(ConverterProgram program, std::uint64_t memory = usual_memory);
    ~Converter();
    Converter(Converter&&) noexcept = default;
    Converter& operator=(Converter&&) = delete;

    /// As `extractor.extract`, with this for what it calls.
    [[nodiscard]] document::Document convert(const Extractor& extractor, std::string bytes,
                                             const ExtractOptions& options);
    /// What a process says that it is confined by; nothing of it when formats are read in this process. Throws Error
    /// when it does not start or answer.
    [[nodiscard]] SandboxSupport confinement();

private:
    /// A process that runs, taken out of `process_`, where it is put back after a whole answer.
    [[nodiscard]] std::unique_ptr<ConnectedProcess> take(bool with_libzip);

    ConverterProgram program_;  ///< None when the kernel cannot confine it.
    std::uint64_t memory_;
    std::unique_ptr<ConnectedProcess> process_;  ///< Null before the first document, and after one that failed by it.
    bool has_libzip_ = false;
};

/// The document in `bytes`, by `options.converter` when there is one.
[[nodiscard]] document::Document convert(const Extractor& extractor, std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
