"""Opens SealedSecrets as their published format says, by libcrypto and with none of weft's code."""
import base64
import ctypes
import ctypes.util
import re

C = ctypes.CDLL(ctypes.util.find_library("crypto"))
for name in ("BIO_new_mem_buf", "PEM_read_bio_PrivateKey", "EVP_PKEY_CTX_new", "CRYPTO_malloc", "EVP_CIPHER_CTX_new", "EVP_aes_256_gcm"):
    getattr(C, name).restype = ctypes.c_void_p
P = ctypes.c_void_p
OAEP, GCM_SET_TAG, TAG = 4, 0x11, 16
FIELD = re.compile(r'^ +([a-z-]+\.pem): "?([A-Za-z0-9+/=]+)"?$', re.M)


def must(done):
    if done is None or (isinstance(done, int) and done <= 0):
        raise ValueError("libcrypto refused it")
    return done


class Opener:
    """One cluster's controller: its private key from a PEM file."""

    def __init__(self, file):
        with open(file, "rb") as stream:
            pem = stream.read()
        self.key = P(must(C.PEM_read_bio_PrivateKey(P(C.BIO_new_mem_buf(pem, len(pem))), None, None, None)))

    def session_key(self, wrapped, label):
        context = P(must(C.EVP_PKEY_CTX_new(self.key, None)))
        place = P(C.CRYPTO_malloc(ctypes.c_size_t(len(label)), b"", 0))
        ctypes.memmove(place, label, len(label))
        must(C.EVP_PKEY_decrypt_init(context))
        must(C.EVP_PKEY_CTX_set_rsa_padding(context, OAEP))
        must(C.EVP_PKEY_CTX_set_rsa_oaep_md_name(context, b"SHA256", None))
        must(C.EVP_PKEY_CTX_set0_rsa_oaep_label(context, place, len(label)))
        out, size = ctypes.create_string_buffer(1024), ctypes.c_size_t(1024)
        must(C.EVP_PKEY_decrypt(context, out, ctypes.byref(size), wrapped, ctypes.c_size_t(len(wrapped))))
        C.EVP_PKEY_CTX_free(context)
        return out.raw[:size.value]

    def open(self, text, label):
        blob = base64.b64decode(text)
        at = 2 + int.from_bytes(blob[:2], "big")
        key, tail = self.session_key(blob[2:at], label), blob[at:]
        context, out, size = P(C.EVP_CIPHER_CTX_new()), ctypes.create_string_buffer(len(tail)), ctypes.c_int()
        must(C.EVP_DecryptInit_ex(context, P(C.EVP_aes_256_gcm()), None, key, bytes(12)))
        must(C.EVP_DecryptUpdate(context, out, ctypes.byref(size), tail[:-TAG], len(tail) - TAG))
        must(C.EVP_CIPHER_CTX_ctrl(context, GCM_SET_TAG, TAG, tail[-TAG:]))
        must(C.EVP_DecryptFinal_ex(context, ctypes.create_string_buffer(TAG), ctypes.byref(ctypes.c_int())))
        C.EVP_CIPHER_CTX_free(context)
        return out.raw[:size.value].decode()

    def manifest(self, text, label=b"istio-system/cacerts"):
        """The files of a SealedSecret, by name."""
        return {name: self.open(value, label) for name, value in FIELD.findall(text)}
