"""Writes src/RadZ.Imaging/Dicom/DataSets/dictionary.txt: PS3.6's registry of elements as pydicom (MIT) holds it.

    /usr/bin/python3 eng/dicom/dictionary.py > src/RadZ.Imaging/Dicom/DataSets/dictionary.txt
"""
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

lines = [f"{tag:08X} {vr.split(' or ')[0] if vr != 'NONE' else 'UN'} {keyword}" for tag, (vr, _, _, _, keyword) in DicomDictionary.items() if keyword]
# repeating groups: 50xx curves and 60xx overlays; the x stand as in the standard
lines += [f"{tag} {vr.split(' or ')[0]} {keyword}" for tag, (vr, _, _, _, keyword) in RepeatersDictionary.items() if keyword and tag[:4] in ("50xx", "60xx")]
print("\n".join(sorted(set(lines))))
