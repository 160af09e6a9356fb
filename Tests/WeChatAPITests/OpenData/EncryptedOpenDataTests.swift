import Foundation
import Testing
import WeChatAPI

struct EncryptedOpenDataTests {
    @Test func `WeChat's published example opens`() throws {
        let user = try OpenDataVector.open()
        #expect(user.openID?.rawValue == OpenDataVector.openIDText)
        #expect(user.unionID?.rawValue == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA")
        #expect(user.nickname == "Band")
        #expect(user.gender == 1)
        #expect([user.city, user.province, user.country] == ["Guangzhou", "Guangdong", "CN"])
        #expect(user.language == "zh_CN")
        #expect(user.avatarURL?.hasPrefix("http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0q") == true)
    }

    @Test(arguments: [
        #""86""#, "86",
    ])
    func `a phone opens, its country code a number or a string`(code: String) throws {
        let text =
            #"{"phoneNumber":"+8613580006666","purePhoneNumber":"13580006666","countryCode":\#(code),"#
            + #""more":[1],\#(OpenDataVector.watermark)}"#
        let phone = try OpenDataVector.open(as: PhoneInfo.self, try OpenDataVector.seal(text))
        #expect(
            phone
                == PhoneInfo(phoneNumber: "+8613580006666", purePhoneNumber: "13580006666", countryCode: "86"))
    }

    @Test func `data of another mini program is refused`() {
        #expect(throws: OpenDataError.foreignApp) { try OpenDataVector.open(appID: "wx0000000000000000") }
    }

    @Test func `data of another user is refused`() {
        #expect(throws: OpenDataError.foreignUser) {
            try OpenDataVector.open(openID: "oGZUI0egBJY1zhBYw2KhdUfwVJJe")
        }
    }

    @Test func `data is good for ten minutes, and for a minute before its time`() throws {
        for age in [-60.0, 0, 600] { _ = try OpenDataVector.open(at: OpenDataVector.madeAt + age) }
        for age in [-61.0, 601, 1e12, -1e12] {
            #expect(throws: OpenDataError.outdated) { try OpenDataVector.open(at: OpenDataVector.madeAt + age) }
        }
    }

    @Test(arguments: ["AAAAAAAAAAAAAAAAAAAAAA==", "tiihtNczf5v6AKRyjwEUhA==", "short", "tiihtNczf5v6AKRyjwEU", "k y="])
    func `a session key that is not the one, or none, opens nothing`(key: String) throws {
        guard SessionKey(key) != nil else { return }
        #expect(throws: OpenDataError.undecipherable) { try OpenDataVector.open(sessionKey: key) }
    }

    @Test(arguments: [
        "", "=", "====", "AAAA", "not base64", "*", String(OpenDataVector.encryptedData.dropLast(4)),
        String(OpenDataVector.encryptedData.dropLast(1)), OpenDataVector.encryptedData + "\n",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        String(OpenDataVector.encryptedData.dropFirst(64)), String(OpenDataVector.encryptedData.prefix(64)),
    ])
    func `what is not the whole ciphertext is undecipherable`(text: String) {
        #expect(throws: OpenDataError.undecipherable) { try OpenDataVector.open(text) }
    }

    @Test(arguments: ["", "r7BXXKkLb8qrSNn05n0q", "r7BXXKkLb8qrSNn05n0qiAAA", "r7BXXKkLb8qrSNn05n0qi", "é"])
    func `a vector that is not 16 bytes of Base64 is undecipherable`(iv: String) {
        #expect(throws: OpenDataError.undecipherable) { try OpenDataVector.open(iv: iv) }
    }

    @Test(arguments: [
        "", "null", "[]", "x", #"{"nickName":"Band"}"#, #"{"watermark":{"appid":"wx4f4bc4dec97d474b"}}"#,
        #"{"watermark":{"timestamp":1477314187}}"#, #"{"watermark":{"timestamp":"soon","appid":"a"}}"#,
        #"{"nickName":7,\#(OpenDataVector.watermark)}"#, #"{"openId":"o 1",\#(OpenDataVector.watermark)}"#,
        #"{\#(OpenDataVector.watermark),\#(OpenDataVector.watermark)}"#, #"{\#(OpenDataVector.watermark)}{"#,
        String(repeating: "[", count: 60_000), "{\"nickName\":\"\u{0}\",\(OpenDataVector.watermark)}",
    ])
    func `a plaintext that is not what WeChat writes is undecipherable`(text: String) throws {
        let sealed = try OpenDataVector.seal(text)
        #expect(throws: OpenDataError.undecipherable) { try OpenDataVector.open(sealed) }
    }

    @Test(arguments: [
        String(repeating: "\u{0}", count: 16), String(repeating: "\u{10}", count: 15) + "\u{11}",
        String(repeating: "x", count: 14) + "\u{3}\u{2}", String(repeating: "x", count: 15) + "\u{2}",
        String(repeating: " ", count: 16),
    ])
    func `padding of another form is undecipherable even after good JSON`(padding: String) throws {
        let text = "{\(OpenDataVector.watermark)}"
        let whole = text + String(repeating: " ", count: (16 - text.utf8.count % 16) % 16) + padding
        let sealed = try OpenDataVector.seal(whole, noPadding: true)
        #expect(throws: OpenDataError.undecipherable) { try OpenDataVector.open(sealed) }
    }

    @Test func `a bit flipped anywhere never yields another user, another app or another time`() throws {
        let ciphertext = try #require(Data(base64Encoded: OpenDataVector.encryptedData))
        let vector = try #require(Data(base64Encoded: OpenDataVector.iv))
        for position in 0..<(vector.count + ciphertext.count) {
            for bit in 0..<8 {
                var (iv, data) = (vector, ciphertext)
                if position < iv.count { iv[position] ^= 1 << bit } else { data[position - iv.count] ^= 1 << bit }
                do {
                    let user = try OpenDataVector.open(data.base64EncodedString(), iv: iv.base64EncodedString())
                    // The vector reaches the first 16 bytes alone, where the name of the member may become another.
                    #expect(position < iv.count)
                    #expect(user.openID == nil)
                } catch let error as OpenDataError {
                    #expect(error == .undecipherable || (error == .foreignUser && position < iv.count))
                }
            }
        }
    }

    @Test func `neither data nor what it holds shows itself in text`() throws {
        let sealed = EncryptedOpenData(encryptedData: OpenDataVector.encryptedData, iv: OpenDataVector.iv)
        let user = try OpenDataVector.open()
        let phone = PhoneInfo(phoneNumber: "13580006666", purePhoneNumber: "13580006666", countryCode: "86")
        var texts = ["\(sealed) \(user) \(phone)", String(reflecting: phone), ""]
        dump([phone], to: &texts[2])
        for text in texts {
            for hidden in ["13580006666", "Band", OpenDataVector.iv, OpenDataVector.openIDText] {
                #expect(!text.contains(hidden))
            }
        }
    }
}
