#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

namespace quarry::test {

/// Writes PDF files with texts at places, in fonts that every reader has. Places are in points from a page's upper left
/// corner, as in the boxes that are read again.
class PdfWriter {
public:
    explicit PdfWriter(int width = 600, int height = 800) : width_(width), height_(height) {}

    void begin_page() { pages_.emplace_back(); }
    /// A text whose foot is at (x, y). "F" is Helvetica, "C" Courier (a character is 0.6 of its size wide), "H" a
    /// Courier whose capital letters stand for the letters of the Hebrew alphabet.
    void text(double x, double y, const std::string& text, double size = 10, char font = 'C', bool upright = false) {
        if (pages_.empty()) begin_page();
        std::string escaped;
        for (const char c : text)
            escaped += (c == '(' || c == ')' || c == '\\') ? std::string("\\") + c : std::string(1, c);
        pages_.back() += fmt::format("/{} {} Tf {} {} {} Tm ({}) Tj\n", font, size, upright ? "0 1 -1 0" : "1 0 0 1", x,
                                     height_ - y, escaped);
    }
    /// Lines of text, one below the other.
    void lines(double x, double y, const std::vector<std::string>& texts, double pitch = 12, double size = 10,
               char font = 'C') {
        for (const std::string& one : texts) {
            text(x, y, one, size, font);
            y += pitch;
        }
    }

    [[nodiscard]] std::string file() const {
        std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R>>",
                                            "",
                                            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
                                            "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
                                            "<</Type/Font/Subtype/Type1/BaseFont/Courier/ToUnicode 6 0 R>>",
                                            stream("begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
                                                   "1 beginbfrange <41> <5a> <05d0> endbfrange endcmap")};
        std::string kids;
        for (const std::string& page : pages_) {
            kids += fmt::format("{} 0 R ", objects.size() + 1);
            objects.push_back(fmt::format("<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents {} 0 R/Resources"
                                          "<</Font<</F 3 0 R/C 4 0 R/H 5 0 R>>>>>>",
                                          width_, height_, objects.size() + 2));
            objects.push_back(stream("BT\n" + page + "ET\n"));
        }
        objects[1] = fmt::format("<</Type/Pages/Kids[{}]/Count {}>>", kids, pages_.size());
        std::string file = "%PDF-1.4\n", table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
        for (std::size_t index = 0; index < objects.size(); ++index) {
            table += fmt::format("{:010} 00000 n \n", file.size());
            file += fmt::format("{} 0 obj{}\nendobj\n", index + 1, objects[index]);
        }
        return file + table +
               fmt::format("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", objects.size() + 1, file.size());
    }

private:
    static std::string stream(const std::string& content) {
        return fmt::format("<</Length {}>>stream\n{}endstream", content.size(), content);
    }

    int width_, height_;
    std::vector<std::string> pages_;
};

}  // namespace quarry::test
